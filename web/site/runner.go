package site

import "github.com/gorilla/sessions"

// RunnerKey keeps in the browser's own session its runner: a random name that identifies the
// browser as the owner of races and of held decisions.
const RunnerKey = "runner"

// Runner returns the browser's runner. If it has none yet, Runner makes one and saves it.
func (v *Visit) Runner() (string, error) {
	own := v.Own()
	if runner, known := own.Values[RunnerKey].(string); known {
		return runner, nil
	}
	return RunnerOf(own), own.Save(v.R, v.W)
}

// RunnerOf returns the runner of a session. If the session has none yet, RunnerOf makes one, and
// the session has to be saved.
func RunnerOf(session *sessions.Session) string {
	runner, known := session.Values[RunnerKey].(string)
	if !known {
		runner = NewRequest()
		session.Values[RunnerKey] = runner
	}
	return runner
}
