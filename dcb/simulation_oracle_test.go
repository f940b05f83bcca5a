package dcb

import (
	"fmt"
	"slices"
)

// simMatches says whether a query matches an event. It is said a second time here, so that
// [Query.Matches] is not its own judge.
func simMatches(q Query, e *simEvent) bool {
	return slices.ContainsFunc(q.Items(), func(item QueryItem) bool {
		tagged := 0
		for _, tag := range item.Tags {
			if slices.Contains(e.Tags, tag) {
				tagged++
			}
		}
		return tagged == len(item.Tags) && (len(item.Types) == 0 || slices.Contains(item.Types, e.Type))
	})
}

// read reads what a query matches, in one of the orders.
func (c *simCaller) read() {
	query := []Query{AllEvents(), NewQuery(Tags{c.account()}), NewQuery(nil, "Taken", "Paid"), NewQuery(NewTags("course", "c0"), "Left").Or(NewQuery(nil, "Lent"))}[c.random.IntN(4)]
	call, done := c.call("reads")
	defer done()
	backwards := c.random.IntN(2) == 0
	var events []Event
	for e, err := range c.store.Read(call.ctx, query, ReadOptions{Backwards: backwards}) {
		if err != nil {
			call.fails(err)
			return
		}
		events = append(events, e)
	}
	if backwards {
		slices.Reverse(events)
	}
	call.checkRead(query, events, nil)
}

// readFromMemory reads as decisions do, which remember what they have read.
func (c *simCaller) readFromMemory() {
	query := NewQuery(NewTags("course", fmt.Sprint("c", c.random.IntN(c.shape.courses)))).Or(NewQuery(Tags{c.account()}))
	call, done := c.call("reads from memory")
	defer done()
	var events []Event
	head, err := c.store.readFirst(call.ctx, query, func(more []*sharedEvent) error {
		events = append(events, owned(more)...)
		return nil
	})
	if err != nil {
		call.fails(err)
		return
	}
	call.checkRead(query, events, &head)
}

// checkRead checks that a read returned what the log said at one moment of the call, and where
// it ended then.
func (c *simCall) checkRead(query Query, events []Event, head *Checkpoint) {
	for _, v := range c.versions() {
		if v.whole && (head == nil || v.head().Position == head.Position && knows(v.log, *head)) && isReadOf(v.log, query, events) {
			return
		}
	}
	c.wrong("what it read was never the log: %d events, head %v", len(events), head)
}

func isReadOf(log []*simEvent, query Query, events []Event) bool {
	for _, e := range log {
		if !simMatches(query, e) {
			continue
		}
		if len(events) == 0 {
			return false
		}
		read := events[0]
		if read.ID != e.ID || read.Position != e.Position || read.Type != e.Type || !slices.Equal(read.Tags, e.Tags) ||
			string(read.Data) != string(e.Data) || read.CorrelationID != e.CorrelationID || !read.RecordedAt.Equal(e.RecordedAt) {
			return false
		}
		events = events[1:]
	}
	return len(events) == 0
}

// checkHistory checks what was true of the log all the time.
func (s *simulation) checkHistory() {
	for number, v := range s.server.since(0) {
		if len(v.log) == 0 {
			continue
		}
		ids, appends := map[string]bool{}, map[string]int{}
		courses, students, seats, names := map[Tag]int{}, map[Tag]int{}, map[string]int{}, map[Tag]int{}
		for i, e := range v.log {
			if e.Position != int64(i+1) {
				s.problem("position %d is that of the event at %d", e.Position, i+1)
			}
			if ids[e.ID] {
				s.problem("the ID at %d is stored twice", e.Position)
			}
			ids[e.ID] = true
			if e.rest == 0 && e.CorrelationID != "" {
				appends[e.CorrelationID]++
			}
			switch n := map[string]int{"Taken": 1, "Left": -1}[e.Type]; {
			case n != 0:
				courses[e.Tags[0]] += n
				students[e.Tags[1]] += n
				seats[fmt.Sprint(e.Tags)] += n
			case e.Type == "Registered":
				names[e.Tags[0]]++
			}
		}
		s.checkPayments(v.log)
		s.checkCounts("seats of a course", courses, s.shape.seats)
		s.checkCounts("seats of a student", students, s.shape.limit)
		s.checkCounts("registrations of a name", names, 1)
		for seat, n := range seats {
			if n < 0 || n > 1 {
				s.problem("%s has %d seats", seat, n)
			}
		}
		for token, n := range appends {
			if n > 1 {
				s.problem("call %s is stored %d times", token, n)
			}
			if told, ok := s.certain[token]; ok && number >= told.version {
				s.problem("call %s is stored, and was told: %v", token, told.because)
			}
		}
		if len(s.problems) > 0 {
			return
		}
	}
}

func (s *simulation) checkCounts(what string, counts map[Tag]int, most int) {
	for tag, n := range counts {
		if n > most {
			s.problem("%d %s, %s", n, what, tag)
		}
	}
}
