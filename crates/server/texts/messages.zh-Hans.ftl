# 消息：发件箱、写消息、消息正文。
outbox-title = 发件箱
outbox-says = 消息排队时问一次法，发出时再问一次。还款、达成安排或投诉会当即撤回它。
outbox-demo = 这是演示：消息可以排队、可以撤回，但一条也不会发出。
outbox-queued = 待发（{ $count }）
outbox-sent = 已发（{ $count }）
outbox-failed = 未送达（{ $count }）
outbox-withdrawn = 已撤回（{ $count }）
outbox-texts = 文本
outbox-texts-says = 每种文本的三种语言，用一个并不存在的人的情况填写。只有一种提到法院、征信或查封，而且只有在已经作出决定时才会写。
outbox-none = 这里没有消息。
outbox-person = 客户
outbox-text = 文本
outbox-way = 方式
outbox-when = 时间
outbox-state = 状态
outbox-withdraw = 撤回
outbox-withdraw-from = 撤回给{ $name }的消息
message-state-queued = 待发
message-state-released = 正在交付
message-state-sent = 已发出
message-state-delivered = 已送达
message-failed-no-address = 没有可用的联系地址
message-failed-refused = 服务商拒收
message-failed-undelivered = 未能送达
message-failed-unsure = 中途断开，可能已送达
message-withdrawn-paid = 已撤回：有还款到账
message-withdrawn-complaint = 已撤回：客户投诉或求助
message-withdrawn-agreed = 已撤回：已达成安排
message-withdrawn-respite = 已撤回：进入喘息期
message-withdrawn-wish = 已撤回：客户不愿通过这种方式联系
message-withdrawn-staff = 已由员工撤回
message-withdrawn-law = 已撤回：法不允许
write-title = 给{ $name }写消息
write-text = 文本
write-way = 方式
write-language = 语言
write-show = 查看
write-leaves = 法允许。将于{ $at }发出。
write-queue = 放入发件箱
write-held = 现在不能写：
write-no-ground = 档案里没有发这条消息的依据，或者没有这种方式的联系地址。
write-message = 写消息
event-message-queued = 消息排队：{ $text }（{ $channel }）
event-message-postponed = 消息等到{ $at }
event-message-released = 消息交付
event-message-sent = 消息已发出
event-message-delivered = 消息已送达
event-message-failed = 消息未送达：{ $why }
event-message-withdrawn = 消息{ $why }
event-reply = 客户回复（{ $channel }）
by-outbox = 发件箱
by-provider = 服务商
channel-chat = 聊天
contacts-message = 我们给您写了消息：{ $channel }
message-example-name = 王小明
message-owed = 欠款与出路
message-owed-subject = 关于您的账户
message-owed-text =
    { $name }您好，这里是{ $lender }。您的账户{ $numbers }自{ $since }起有{ $amount }逾期未还。
    如果现在还款有困难，请告诉我们：在您的客户页面或直接回复本消息，都可以申请宽限、重新分期或纾困。
    如对金额有异议或要投诉，也请这样告诉我们；在答复您之前，不会再就此向您催款。
message-due = 一期即将到期
message-due-subject = 您的下一期
message-due-text =
    { $name }您好，这里是{ $lender }。您的账户{ $number }下一期{ $amount }将于{ $day }到期。
    如果届时有困难，请提前在您的客户页面或回复本消息告诉我们。
message-promise = 承诺提醒
message-promise-subject = 我们的约定
message-promise-text =
    { $name }您好，这里是{ $lender }。您曾表示会在{ $day }前还{ $amount }。如已还款，请忽略。
    如果做不到，请在那天之前告诉我们，我们一起另想办法。
message-paid = 还款到账
message-paid-subject = 已收到您的还款
message-paid-text =
    { $name }您好，这里是{ $lender }。我们已于{ $day }收到您的还款{ $amount }。您现在共欠{ $owed }。
    冲抵明细见您的客户页面。
message-complaint = 收到投诉
message-complaint-subject = 已收到您的投诉
message-complaint-text =
    { $name }您好，这里是{ $lender }。您于{ $opened }反映的事情我们已收到，最迟{ $day }给您附理由的答复。
    在此之前，我们不会就此事向您催款。
message-decided = 关于法律程序或征信的决定
message-decided-subject = 关于您这件事的决定
message-decided-suit =
    { $name }您好，这里是{ $lender }。{ $day }我们决定就逾期款项向法院起诉。目前法院尚未作出任何裁判。
    您仍然可以申请宽限、重新分期或纾困，也可以对金额提出异议或投诉：在您的客户页面或直接回复即可。
message-decided-payment-order =
    { $name }您好，这里是{ $lender }。{ $day }我们决定就逾期款项向法院申请支付令。目前法院尚未作出任何裁判。
    您仍然可以申请宽限、重新分期或纾困，也可以对金额提出异议或投诉：在您的客户页面或直接回复即可。
message-decided-credit-report =
    { $name }您好，这里是{ $lender }。{ $day }我们决定将逾期情况报送征信系统。
    您可以申请宽限、重新分期或纾困，也可以对金额提出异议或投诉：在您的客户页面或直接回复即可。
message-decided-seizure =
    { $name }您好，这里是{ $lender }。{ $day }我们决定就法院的裁判申请强制执行。
    您仍然可以申请宽限、重新分期或纾困，也可以对金额提出异议或投诉：在您的客户页面或直接回复即可。
