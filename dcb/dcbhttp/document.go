package dcbhttp

import (
	_ "embed"
	"net/http"
)

// openapi describes the API to programs, in OpenAPI 3.1. A test compares it with the handlers.
//
//go:embed openapi.json
var openapi []byte

// document sends the description of the API.
func (s *server) document(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openapi) // if it fails, the client has gone
	return nil
}
