routes-title = Routes for { $day }
routes-back = Back to the visits
routes-changed-meanwhile = The day has changed since you looked: somebody chose, moved or declined. Nothing was sent; this is the new proposal.
routes-changes = { $count ->
    [0] Everything stays as it is.
    [one] One visit changes. Nothing is sent before you accept.
   *[other] { $count } visits change. Nothing is sent before you accept.
}
routes-travel = { $count ->
    [one] 1 visit, { $minutes } min on the way, { $km } km
   *[other] { $count } visits, { $minutes } min on the way, { $km } km
}
routes-change = What changes
routes-stays = stays
routes-new = new
routes-other-team = another team
routes-other-time = was { $before }
routes-left = Without a team
routes-left-team = no certified team is free
routes-left-unreachable = nobody can be there within the agreed hour
routes-left-full = the teams' day is full
routes-accept = Accept and send the teams
routes-accept-says = A visit keeps the team that was named to the person and stays within the hour they chose. What has begun is not touched.
map-title = { $area }: map of the day
map-done = { $done } of { $count } done
map-scale = { $km } km
