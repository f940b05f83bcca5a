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

// TryPasscode reports whether a client gave the passcode, or else how long it has to
// wait for another attempt. Only wrong attempts count, but each is counted before it is
// looked at, so that many at once are no way around.
func (s *Site) TryPasscode(c guard.Client, signedInBefore, given string) (right bool, wait time.Duration) {
	tallies := s.attempts.Tallies(c, signedInBefore)
	for i, tally := range tallies {
		if wait := tally.Take(); wait > 0 {
			guard.GiveBack(tallies[:i]) // this attempt is not looked at
			return false, wait
		}
	}
	if !s.isPasscode(given) {
		return false, 0
	}
	guard.GiveBack(tallies)
	return true, 0
}

// isPasscode takes the same time however much of the passcode is right: what is
// compared are hashes, which are of equal length and tell nothing of each other.
func (s *Site) isPasscode(given string) bool {
	got, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.Passcode))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// isRegistrar reports whether a session has the role: it was signed in with the passcode
// of today, not too long ago, and was not signed out since.
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

// proof is what a session keeps of the passcode: enough to see that it is still the
// same one, and useless to whoever reads the cookie and tries passcodes.
func (s *Site) proof(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("the passcode of the registrar: " + s.Passcode))
	return hex.EncodeToString(mac.Sum(nil))
}
