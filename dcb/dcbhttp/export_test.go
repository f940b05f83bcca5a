package dcbhttp

import "time"

// NewImpatient is [New] with other times for tails.
func NewImpatient(config Config, keepAlive, longestPiece time.Duration) *API {
	tails := newTails()
	tails.keepAlive, tails.longestPiece = keepAlive, longestPiece
	return newAPI(&server{config, make(chan struct{}, mostRefusing), tails})
}

const MostTails = mostTails

// OpenAPI is the document that is served.
func OpenAPI() []byte { return openapi }

// Tails returns how many clients follow the log.
func (a *API) Tails() int { return len(a.tails.places) }
