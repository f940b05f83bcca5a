package dcb

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// A simHappening is something that happened. It helps to find the cause of a failure.
type simHappening struct {
	at     time.Duration // since the beginning
	who    string
	what   string
	detail any
}

// note notes that something happened.
func (s *simServer) note(who, what string, detail any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.happened = append(s.happened, simHappening{time.Since(s.began), who, what, detail})
}

// history tells all that happened, in order.
func (s *simServer) history() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines strings.Builder
	for _, h := range s.happened {
		line := fmt.Sprintf("%12.3f ms  %-12s %s %v", float64(h.at)/1e6, h.who, strings.Join(strings.Fields(h.what), " "), h.detail)
		fmt.Fprintln(&lines, line[:min(len(line), 300)])
	}
	return lines.String()
}

// trail returns a sum of all that happened and when. It is the same whichever of two came
// first that did something at the same moment.
func (s *simServer) trail() (sum uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.happened {
		hash := fnv.New64a()
		fmt.Fprintln(hash, h.at, h.what)
		sum += hash.Sum64()
	}
	return sum
}

// simNames are what statements are called in a history.
var simNames = map[string]string{
	setPlan: "sets the plan", setPlanAndTime: "sets the plan and the time", waitForStandby: "waits for a standby", setBounds: "sets bounds",
	takeLock: "takes the lock", takeLockIfFree: "takes the lock if it is free", readSQL: "reads", readBackwardsSQL: "reads backwards",
	oneTripSQL: "stores if nobody is in the way", appendSQL: "stores behind the head", lookUpSQL: "looks events up",
}
