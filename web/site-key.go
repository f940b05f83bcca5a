package web

import (
	"crypto/rand"
	"encoding/hex"

	"go-crablet/domain/courses"
)

// newRequest makes the key of one form on one page. Whatever happens to the form from
// there on (a second click, a slow network, the way back), it is carried out once.
func newRequest() string {
	var key [16]byte
	rand.Read(key[:]) // never fails, see its documentation
	return hex.EncodeToString(key[:])
}

// key returns the key that a form came with. Scripts may do without.
func (v *visit) key() courses.RequestID {
	return courses.RequestID(v.text("request").Value)
}
