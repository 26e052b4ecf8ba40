event-reserved = 已安排：{ $channel }，{ $at }
event-released = 已取消一次排定的聯絡
event-wishes = 客戶說明了希望何時、以何種方式被聯絡
event-circumstance = 已記入資料：
