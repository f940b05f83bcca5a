package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"github.com/gorilla/sessions"
)

// roleAge is how long the registrar's role lasts before the passcode is asked for
// again. A copy of the cookie is of use no longer than that.
const roleAge = 12 * time.Hour

// Attempts at the passcode: what people need who mistype it, and far too few to
// guess one. Whoever has many addresses is kept to the pace of all together.
const (
	attemptsOfOne    = 10
	attemptsOfAll    = 100
	paceOfOneAttempt = 30 * time.Second
	paceOfAll        = time.Second
)

// tryPasscode reports whether a client gave the passcode, or else how long it has to
// wait for another attempt. Only wrong attempts count, but each is counted before it is
// looked at, so that many at once are no way around.
func (s *server) tryPasscode(c client, given string) (right bool, wait time.Duration) {
	if wait := s.attempts.take(c.network()); wait > 0 {
		return false, wait
	}
	if wait := s.allAttempts.take(netip.Prefix{}); wait > 0 {
		return false, wait
	}
	if !s.isPasscode(given) {
		return false, 0
	}
	s.attempts.giveBack(c.network())
	s.allAttempts.giveBack(netip.Prefix{})
	return true, 0
}

// isPasscode takes the same time however much of the passcode is right: what is
// compared are hashes, which are of equal length and tell nothing of each other.
func (s *server) isPasscode(given string) bool {
	got, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.Passcode))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// isRegistrar reports whether a session has the role: it was taken with the
// passcode of today, and not too long ago.
func (s *server) isRegistrar(session *sessions.Session) bool {
	if s.openDemo() {
		return true
	}
	since, _ := session.Values[sinceKey].(int64)
	proof, _ := session.Values[proofKey].(string)
	return time.Since(time.Unix(since, 0)) < roleAge &&
		slices.ContainsFunc(s.SessionKeys, func(key []byte) bool { return proof == s.proof(key) })
}

// proof is what a session keeps of the passcode: enough to see that it is still the
// same one, and useless to whoever reads the cookie and tries passcodes.
func (s *server) proof(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("the passcode of the registrar: " + s.Passcode))
	return hex.EncodeToString(mac.Sum(nil))
}
