package web

import (
	"errors"
	"net/http"

	"go-crablet/domain/courses"
)

// isNonsense reports whether a refusal is about the request rather than about
// what has happened so far.
func isNonsense(err error) bool {
	refusal, ok := errors.AsType[courses.Refusal](err)
	return ok && statusOf(refusal) != http.StatusConflict
}
