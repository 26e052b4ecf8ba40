//! Currencies that a book can be kept in.

use super::mapping::nearest;

/// ISO 4217 codes of currencies with hundredths, as of 2026.
const WITH_HUNDREDTHS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC \
    CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD \
    KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR \
    RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST \
    XCD YER ZAR ZMW ZWG";

/// ISO 4217 codes of currencies with no minor unit, or with thousandths.
const OTHERS: &str = "BHD BIF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX VND VUV XAF XOF XPF";

/// Whether a book can be kept in `code`; the error is the fix.
pub(crate) fn check(code: &str) -> Result<(), String> {
    let known = || WITH_HUNDREDTHS.split_whitespace();
    if known().any(|known| known == code) {
        return Ok(());
    }
    if OTHERS.split_whitespace().any(|other| other == code) {
        return Err(format!("`{code}` has no hundredths, and amounts are kept in hundredths: it cannot be imported"));
    }
    let near = nearest(code, known()).map_or_else(|| "CNY or USD".into(), |near| format!("`{near}`"));
    Err(format!("`{code}` is no currency of ISO 4217; write a code such as {near}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_with_hundredths_are_known_and_others_say_why_not() {
        assert_eq!(check("CNY"), Ok(()));
        assert_eq!(check("CZK"), Ok(()));
        assert!(check("JPY").unwrap_err().contains("no hundredths"));
        assert!(check("CNH").unwrap_err().contains("is no currency"));
        assert!(check("rmb").unwrap_err().contains("is no currency"));
    }
}
