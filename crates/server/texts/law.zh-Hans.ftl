event-reserved = 已安排：{ $channel }，{ $at }
event-released = 已取消一次安排好的联系
event-wishes = 客户说明了希望何时、以何种方式被联系
event-circumstance = 已记入资料：
