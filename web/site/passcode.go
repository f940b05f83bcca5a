package site

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"time"

	"github.com/gorilla/sessions"

	"go-crablet/web/guard"
)

// openDemo reports whether everybody is the registrar, because there is no passcode. Such a
// site answers this machine only; see onlyOurHosts.
func (s *Site) openDemo() bool { return s.Passcode == "" }

// TryPasscode reports whether a client gave the passcode. If the client has made too many
// attempts, the passcode is not compared, and wait says how long until the next attempt. Only
// wrong attempts count. Each is counted before it is compared, so many at once can't all pass.
func (s *Site) TryPasscode(c guard.Client, signedInBefore, given string) (right bool, wait time.Duration) {
	giveBack, wait := s.attempts.Take(c, signedInBefore)
	if wait > 0 || !s.isPasscode(given) {
		return false, wait
	}
	giveBack()
	return true, 0
}

// isPasscode takes the same time however much of the passcode is right: it compares hashes,
// which have equal lengths.
func (s *Site) isPasscode(given string) bool {
	got, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.Passcode))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// isRegistrar reports whether a session has the role: it was signed in with the current
// passcode, less than [roleAge] ago, and was not signed out.
func (s *Site) isRegistrar(ctx context.Context, who *sessions.Session) (bool, error) {
	if s.openDemo() {
		return true, nil
	}
	secret, _ := who.Values[signInKey].(string)
	proof, _ := who.Values[proofKey].(string)
	if secret == "" || !slices.ContainsFunc(s.SessionKeys, func(key []byte) bool { return proof == s.proof(key) }) {
		return false, nil
	}
	return s.SignIns.Lasts(ctx, secret)
}

// proof is what a session keeps of the passcode. It shows whether the passcode is still the
// same, and does not help anybody who reads the cookie to guess the passcode.
func (s *Site) proof(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("the passcode of the registrar: " + s.Passcode))
	return hex.EncodeToString(mac.Sum(nil))
}
