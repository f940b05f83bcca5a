package room

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"go-crablet/workshop/steps"
)

// mostVisits is how many people a board proposes to visit. Nobody can visit more at once.
const mostVisits = 3

// A Board is what the leader of a room sees.
type Board struct {
	People int
	Left   time.Duration // until the end; negative after it
	Steps  []Row         // one for each step
	Now    int           // the index of the step at which most people are
	Visits []Visit       // those who have been at a step for the longest time first
	Shows  []Show        // the latest first
}

// A Row says how far a room is with one step.
type Row struct {
	steps.Step
	Begun, Green int           // how many people
	Here         int           // how many of them are at this step now
	Median       time.Duration // from the first check to green; 0 if nobody's time is known
	Red          int           // how many of those here are red
	Test         string        // the test that most of those fail; "" if most of their programs do not compile
	Fail         int           // how many fail it
}

// A Visit is somebody who has been at a step for longer than most people need.
type Visit struct {
	Name  string
	Step  steps.Step
	Test  string // the first test that fails; "" if the step does not compile
	Since time.Duration
	Quiet time.Duration // since the last check
}

// A Show is something that a participant can show to everybody.
type Show struct{ Name, Address string }

// Look returns the board of a room, and whether there is such a room.
func (r *Rooms) Look(code string) (board Board, found bool, err error) {
	all, err := steps.All()
	if err != nil {
		return board, false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	room, found := r.byCode[code]
	if !found {
		return board, false, nil
	}
	return room.board(all, time.Now()), true, nil
}

func (r *room) board(all []steps.Step, now time.Time) Board {
	b := Board{People: len(r.participants), Left: r.ends.Sub(now), Steps: make([]Row, len(all))}
	for i, step := range all {
		b.Steps[i] = r.row(step)
		if b.Steps[i].Here > b.Steps[b.Now].Here {
			b.Now = i
		}
		b.Visits = append(b.Visits, r.visits(step, now)...)
	}
	slices.SortStableFunc(b.Visits, func(a, b Visit) int { return cmp.Compare(b.Since, a.Since) })
	b.Visits = b.Visits[:min(len(b.Visits), mostVisits)]
	for _, p := range slices.Backward(r.participants) {
		if p.Shows != "" {
			b.Shows = append(b.Shows, Show{p.name, p.Shows})
		}
	}
	return b
}

// row says how far the room is with a step. A step that somebody had made green before coming
// into the room counts, and has no time.
func (r *room) row(step steps.Step) Row {
	row := Row{Step: step}
	var took []time.Duration
	fails := map[string]int{}
	for _, p := range r.participants {
		s, done := p.steps[step.Name], slices.Contains(p.Done, step.Number())
		if s != nil || done {
			row.Begun++
		}
		if done || s != nil && !s.green.IsZero() {
			row.Green++
		}
		if s != nil && s.took > 0 {
			took = append(took, s.took)
		}
		if p.Step == step.Name {
			row.Here++
			if p.State == Red {
				row.Red++
				fails[p.Test]++
			}
		}
	}
	row.Median = median(took)
	row.Test, row.Fail = mostOf(fails)
	return row
}

// visits returns those who are red at a step for longer than most people need.
func (r *room) visits(step steps.Step, now time.Time) (visits []Visit) {
	for _, p := range r.participants {
		if p.Step != step.Name || p.State != Red {
			continue
		}
		since := now.Sub(p.steps[step.Name].since)
		if since > time.Duration(step.Minutes)*time.Minute {
			visits = append(visits, Visit{p.name, step, p.Test, since, now.Sub(p.heard)})
		}
	}
	return visits
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	middle := len(all) / 2
	if len(all)%2 == 1 {
		return all[middle]
	}
	return (all[middle-1] + all[middle]) / 2
}

// mostOf returns the key that was counted most often. Of several it returns the first one.
func mostOf(counts map[string]int) (most string, n int) {
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if counts[key] > n {
			most, n = key, counts[key]
		}
	}
	return most, n
}

// sortedBy returns the keys of a map in the order of a time that each value has.
func sortedBy[V any](values map[string]V, at func(V) time.Time) []string {
	return slices.SortedFunc(maps.Keys(values), func(a, b string) int { return at(values[a]).Compare(at(values[b])) })
}
