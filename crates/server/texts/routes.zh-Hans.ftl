routes-title = { $day }的路线
routes-back = 返回上门列表
routes-changed-meanwhile = 您查看之后，当天情况有变：有人选定、改期或谢绝了上门。没有派出任何人；以下是新的方案。
routes-changes = { $count ->
    [0] 一切照旧。
   *[other] 有{ $count }次上门变动。您确认之前，不会派出任何人。
}
routes-travel = { $count }次上门，路上{ $minutes }分钟，{ $km }公里
routes-change = 变动
routes-stays = 不变
routes-new = 新增
routes-other-team = 换了小组
routes-other-time = 原为{ $before }
routes-left = 未派小组
routes-left-team = 没有空闲的持证小组
routes-left-unreachable = 没有人能在约定时段内赶到
routes-left-full = 各小组当天已排满
routes-accept = 确认并派出小组
routes-accept-says = 已告知客户的小组不换，到达时间不出客户选定的时段；已经开始的上门不受影响。
map-title = { $area }：当日地图
map-done = 已完成 { $done }，共 { $count }
map-scale = { $km } 公里
