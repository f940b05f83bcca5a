package site

import (
	"github.com/gorilla/sessions"
)

// RunnerKey keeps in the session what tells those who run races, or hold decisions,
// from each other.
const RunnerKey = "runner"

func (v *Visit) Runner() (string, error) {
	own := v.Own()
	if runner, known := own.Values[RunnerKey].(string); known {
		return runner, nil
	}
	return RunnerOf(own), own.Save(v.R, v.W)
}

// RunnerOf returns what tells a session from others. If it had nothing yet that did, it
// is to be saved.
func RunnerOf(session *sessions.Session) string {
	runner, known := session.Values[RunnerKey].(string)
	if !known {
		runner = NewRequest()
		session.Values[RunnerKey] = runner
	}
	return runner
}
