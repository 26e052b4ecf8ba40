event-reserved = Planned: { $channel } at { $at }
event-released = A planned contact was called off
event-wishes = They said when and how they want to be reached
event-circumstance = Noted on the file:
