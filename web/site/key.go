package site

import (
	"crypto/rand"
	"encoding/hex"

	"go-crablet/domain/courses"
)

// NewRequest makes the key of one form on one page. Whatever happens to the form from
// there on (a second click, a slow network, the way back), it is carried out once.
func NewRequest() string {
	var key [16]byte
	rand.Read(key[:]) // never fails, see its documentation
	return hex.EncodeToString(key[:])
}

// Key returns the key that a form came with. Scripts may do without.
func (v *Visit) Key() courses.RequestID {
	return courses.RequestID(v.Text("request").Value)
}
