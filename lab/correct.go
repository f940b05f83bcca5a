package lab

import "go-crablet/dcb"

func correct() Strategy {
	return Strategy{
		Name:  "correct",
		Title: "Correct",
		Cause: "One read, the whole condition, and a check under a lock.",
		Why: []string{
			"One statement reads the events and the position, so both are of one moment.",
			"The condition of the append has all that the decision looked at, the course OR the student, and the position that it had read up to.",
			"The append locks the log, checks its condition, inserts and commits, so nobody else can commit between its check and its commit.",
		},
		Shipped: "package dcb, in this repository: append.go says why it holds",
		Window:  BetweenDecideAndAppend,
		file:    "correct.go",
		// The store as it is, with nothing around it.
		open: func(s *Site) dcb.Log { return s.store },
	}
}
