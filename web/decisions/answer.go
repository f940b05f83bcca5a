package decisions

import (
	"errors"
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/web/site"
)

// isNonsense reports whether a refusal is about the request rather than about
// what has happened so far.
func isNonsense(err error) bool {
	refusal, ok := errors.AsType[courses.Refusal](err)
	return ok && site.StatusOf(refusal) != http.StatusConflict
}
