# 訊息：寄件匣、撰寫訊息、訊息本文。
outbox-title = 寄件匣
outbox-says = 訊息排入時問一次法，送出時再問一次。繳款、達成協議或申訴會立即撤回它。
outbox-demo = 這是展示：訊息可以排入、可以撤回，但一則也不會送出。
outbox-queued = 待送（{ $count }）
outbox-sent = 已送出（{ $count }）
outbox-failed = 未送達（{ $count }）
outbox-withdrawn = 已撤回（{ $count }）
outbox-texts = 文稿
outbox-texts-says = 每份文稿的三種語言，以一位並不存在的人的資料填寫。只有一份提到法院、聯徵或查封，而且只有在已經作出決定時才會寫。
outbox-none = 這裡沒有訊息。
outbox-person = 客戶
outbox-text = 文稿
outbox-way = 方式
outbox-when = 時間
outbox-state = 狀態
outbox-withdraw = 撤回
outbox-withdraw-from = 撤回給{ $name }的訊息
message-state-queued = 待送
message-state-released = 交付中
message-state-sent = 已送出
message-state-delivered = 已送達
message-failed-no-address = 沒有可用的聯絡地址
message-failed-refused = 業者拒收
message-failed-undelivered = 無法送達
message-failed-unsure = 中途斷線，可能已送達
message-withdrawn-paid = 已撤回：款項入帳
message-withdrawn-complaint = 已撤回：客戶申訴或求助
message-withdrawn-agreed = 已撤回：已達成協議
message-withdrawn-respite = 已撤回：進入喘息期
message-withdrawn-wish = 已撤回：客戶不願以這種方式聯絡
message-withdrawn-staff = 已由同仁撤回
message-withdrawn-law = 已撤回：法不允許
write-title = 寫訊息給{ $name }
write-text = 文稿
write-way = 方式
write-language = 語言
write-show = 檢視
write-leaves = 法允許。將於{ $at }送出。
write-queue = 排入寄件匣
write-held = 現在不能寫：
write-no-ground = 檔案中沒有送這則訊息的依據，或沒有這種方式的聯絡地址。
write-message = 寫訊息
event-message-queued = 訊息排入：{ $text }（{ $channel }）
event-message-postponed = 訊息等到{ $at }
event-message-released = 訊息交付
event-message-sent = 訊息已送出
event-message-delivered = 訊息已送達
event-message-failed = 訊息未送達：{ $why }
event-message-withdrawn = 訊息{ $why }
event-reply = 客戶回覆（{ $channel }）
by-outbox = 寄件匣
by-provider = 業者
channel-chat = 聊天
contacts-message = 我們寫了訊息給您：{ $channel }
message-example-name = 王小明
message-owed = 欠款與出路
message-owed-subject = 關於您的帳戶
message-owed-text =
    { $name }您好，這裡是{ $lender }。您的帳戶{ $numbers }自{ $since }起有{ $amount }逾期未繳。
    如果目前繳款有困難，請告訴我們：在您的客戶頁面或直接回覆本訊息，都可以申請延期、重新分期或紓困。
    若對金額有異議或要申訴，也請這樣告訴我們；在答覆您之前，不會再就此向您催收。
message-due = 一期即將到期
message-due-subject = 您的下一期
message-due-text =
    { $name }您好，這裡是{ $lender }。您的帳戶{ $number }下一期{ $amount }將於{ $day }到期。
    如果屆時有困難，請提前在您的客戶頁面或回覆本訊息告訴我們。
message-promise = 承諾提醒
message-promise-subject = 我們的約定
message-promise-text =
    { $name }您好，這裡是{ $lender }。您曾表示會在{ $day }前繳{ $amount }。如已繳款，請不必理會。
    如果做不到，請在那天之前告訴我們，我們一起另想辦法。
message-paid = 款項入帳
message-paid-subject = 已收到您的款項
message-paid-text =
    { $name }您好，這裡是{ $lender }。我們已於{ $day }收到您的款項{ $amount }。您目前共欠{ $owed }。
    沖抵明細請見您的客戶頁面。
message-complaint = 收到申訴
message-complaint-subject = 已收到您的申訴
message-complaint-text =
    { $name }您好，這裡是{ $lender }。您於{ $opened }反映的事情我們已收到，最遲{ $day }給您附理由的答覆。
    在此之前，我們不會就此事向您催收。
message-decided = 關於法律程序或徵信的決定
message-decided-subject = 關於您這件事的決定
message-decided-suit =
    { $name }您好，這裡是{ $lender }。{ $day }我們決定就逾期款項向法院起訴。目前法院尚未作出任何裁判。
    您仍然可以申請寬限、重新分期或紓困，也可以對金額提出異議或申訴：在您的客戶頁面或直接回覆即可。
message-decided-payment-order =
    { $name }您好，這裡是{ $lender }。{ $day }我們決定就逾期款項向法院聲請支付命令。目前法院尚未作出任何裁判。
    您仍然可以申請寬限、重新分期或紓困，也可以對金額提出異議或申訴：在您的客戶頁面或直接回覆即可。
message-decided-credit-report =
    { $name }您好，這裡是{ $lender }。{ $day }我們決定將逾期情況報送徵信系統。
    您可以申請寬限、重新分期或紓困，也可以對金額提出異議或申訴：在您的客戶頁面或直接回覆即可。
message-decided-seizure =
    { $name }您好，這裡是{ $lender }。{ $day }我們決定就法院的裁判聲請強制執行。
    您仍然可以申請寬限、重新分期或紓困，也可以對金額提出異議或申訴：在您的客戶頁面或直接回覆即可。
