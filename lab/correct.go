package lab

import "go-crablet/dcb"

func correct() Strategy {
	return Strategy{
		Name:  "correct",
		Title: "Correct",
		Why: []string{
			"Events and position are read in one statement, and so from one moment.",
			"The append states all that the decision looked at, the course OR the student, and where it had read to.",
			"It locks the log, checks that, inserts and commits, so that nothing can be committed between its check and its commit but itself.",
		},
		Shipped: "package dcb, in this repository: append.go says why it holds",
		Gap:     BetweenDecideAndAppend,
		file:    "correct.go",
		// The store as it is, with nothing around it.
		open: func(s *Site) dcb.Log { return s.store },
	}
}
