package site

import (
	"crypto/rand"
	"encoding/hex"

	"go-crablet/domain/courses"
)

// NewRequest makes the key of one form on one page. However often the form is sent (a second
// click, a slow network, the back button), it is carried out once.
func NewRequest() string {
	var key [16]byte
	rand.Read(key[:]) // it never returns an error
	return hex.EncodeToString(key[:])
}

// Key returns the key of a form, or "" if it has none, as forms of scripts may.
func (v *Visit) Key() courses.RequestID {
	return courses.RequestID(v.Text("request").Value)
}
