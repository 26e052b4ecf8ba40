routes-title = { $day }的路線
routes-back = 回到訪視清單
routes-changed-meanwhile = 您檢視之後，當天情況有變：有人選定、改期或婉拒了訪視。尚未派出任何人；以下是新的安排。
routes-changes = { $count ->
    [0] 一切照舊。
   *[other] 有{ $count }次訪視異動。您確認之前，不會派出任何人。
}
routes-travel = { $count }次訪視，路程{ $minutes }分鐘，{ $km }公里
routes-change = 異動
routes-stays = 不變
routes-new = 新增
routes-other-team = 換了小組
routes-other-time = 原為{ $before }
routes-left = 尚無小組
routes-left-team = 沒有空檔的合格小組
routes-left-unreachable = 沒有人能在約定時段內抵達
routes-left-full = 各小組當天已排滿
routes-accept = 確認並派出小組
routes-accept-says = 已告知客戶的小組不會更換，到達時間不超出客戶選定的時段；已經開始的訪視不受影響。
map-title = { $area }：當日地圖
map-done = 已完成 { $done }，共 { $count }
map-scale = { $km } 公里
