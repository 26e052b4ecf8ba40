-- What lists, queues and the night ask by. The derived tables themselves are made from `domain::rows`.
CREATE INDEX persons_by_waking ON persons (wakes_on);
CREATE INDEX persons_by_case ON persons (case_id);
CREATE INDEX accounts_of_person ON accounts (person);
CREATE INDEX accounts_by_number ON accounts (number);
CREATE INDEX buckets_of_person ON buckets (person);
CREATE INDEX cases_of_person ON cases (person);
CREATE INDEX contacts_by_day ON contacts (on_day);
CREATE INDEX visits_of_person ON visits (person);
CREATE INDEX visits_by_arrival ON visits (arrive_at);
CREATE INDEX promises_of_person ON promises (person);
CREATE INDEX promises_by_due_day ON promises (due_on);
CREATE INDEX complaints_of_person ON complaints (person);
CREATE INDEX complaints_by_due_day ON complaints (due_on);
CREATE INDEX refusals_by_day ON refusals (on_day);
CREATE INDEX breaches_by_day ON breaches (on_day);
CREATE INDEX messages_of_person ON messages (person);
CREATE INDEX messages_by_due_time ON messages (state, due_at);
CREATE INDEX messages_by_last_move ON messages (state, moved_at);
