//! Currencies that a book can be kept in.

use super::mapping::nearest;
use super::row::Text;

/// ISO 4217 codes of currencies with hundredths, as of 2026.
const WITH_HUNDREDTHS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC \
    CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD \
    KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR \
    RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST \
    XCD YER ZAR ZMW ZWG";

/// ISO 4217 codes of currencies with no minor unit, or with thousandths.
const OTHERS: &str = "BHD BIF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX VND VUV XAF XOF XPF";

/// Whether a book can be kept in `code`; the error is the fix.
pub(crate) fn check(code: &str) -> Result<(), Text> {
    let known = || WITH_HUNDREDTHS.split_whitespace();
    if known().any(|known| known == code) {
        return Ok(());
    }
    if OTHERS.split_whitespace().any(|other| other == code) {
        return Err(Text::from("import-currency-hundredths-mend").with("code", code));
    }
    let near = nearest(code, known()).unwrap_or("CNY");
    Err(Text::from("import-currency-unknown-mend").with("code", code).with("near", near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_with_hundredths_are_known_and_others_say_why_not() {
        assert_eq!(check("CNY"), Ok(()));
        assert_eq!(check("CZK"), Ok(()));
        assert!(check("JPY").unwrap_err().in_english().contains("no hundredths"));
        assert!(check("CNH").unwrap_err().in_english().contains("is no currency"));
        assert!(check("rmb").unwrap_err().in_english().contains("is no currency"));
    }
}
