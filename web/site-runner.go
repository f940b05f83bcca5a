package web

import (
	"github.com/gorilla/sessions"
)

// runnerKey keeps in the session what tells those who run races, or hold decisions,
// from each other.
const runnerKey = "runner"

func (v *visit) runner() (string, error) {
	own := v.own()
	if runner, known := own.Values[runnerKey].(string); known {
		return runner, nil
	}
	return runnerOf(own), own.Save(v.R, v.W)
}

// runnerOf returns what tells a session from others. If it had nothing yet that did, it
// is to be saved.
func runnerOf(session *sessions.Session) string {
	runner, known := session.Values[runnerKey].(string)
	if !known {
		runner = newRequest()
		session.Values[runnerKey] = runner
	}
	return runner
}
