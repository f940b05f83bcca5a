package site

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"go-crablet/web/guard"
)

const cookieAge = 30 * 24 * time.Hour

// cookies keep each session in a signed cookie. All instances with the same keys can read them.
//
// Browsers ignore ports: all programs on one host share one set of cookies. So the names of our
// cookies have a mark of the key that signs them, and a program with another key neither reads
// nor replaces them. Over TLS the names begin with __Host-: then nobody can forge a cookie over
// plain HTTP or from a neighbouring domain.
type cookies struct{ keys []cookieKey }

type cookieKey struct {
	mark  string
	codec *securecookie.SecureCookie
}

// newCookies returns cookies that are signed with the first key, and read if any key signed them.
func newCookies(keys [][]byte) *cookies {
	c := &cookies{}
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("the name of a cookie"))
		codec := securecookie.New(key, nil) // not encrypted: a session has nothing to hide from its own browser
		codec.MaxAge(int(cookieAge.Seconds()))
		c.keys = append(c.keys, cookieKey{hex.EncodeToString(mac.Sum(nil)[:4]), codec})
	}
	return c
}

func (k cookieKey) name(r *http.Request, session string) string {
	name := "courses-" + session + "-" + k.mark
	if guard.ClientOf(r).Secure {
		return "__Host-" + name
	}
	return name
}

// CookieName returns the name of the cookie of a session, signed with a key, without TLS.
func CookieName(key []byte, session string) string {
	return newCookies([][]byte{key}).keys[0].name(&http.Request{}, session)
}

// Get returns the session with a name. All calls for one request return the same session.
func (c *cookies) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(c, name)
}

// New reads a session from the first cookie that can be decoded. Other cookies are foreign,
// broken or signed with an old key, and are ignored. If no cookie can be decoded, the session
// is new.
func (c *cookies) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(c, name)
	session.IsNew = true
	// The library's own defaults leave a cookie open to scripts and to other sites.
	session.Options = &sessions.Options{
		Path: "/", MaxAge: int(cookieAge.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: guard.ClientOf(r).Secure,
	}
	for _, key := range c.keys {
		for _, cookie := range r.CookiesNamed(key.name(r, name)) {
			if key.codec.Decode(cookie.Name, cookie.Value, &session.Values) == nil {
				session.IsNew = false
				return session, nil
			}
		}
	}
	return session, nil
}

// Save signs a session with the first key. It deletes the session's cookies of other keys, so
// there are never two that differ.
func (c *cookies) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	first := c.keys[0].name(r, session.Name())
	value, err := c.keys[0].codec.Encode(first, session.Values)
	if err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(first, value, session.Options))
	for _, key := range c.keys[1:] {
		if _, err := r.Cookie(key.name(r, session.Name())); err == nil {
			gone := *session.Options
			gone.MaxAge = -1
			http.SetCookie(w, sessions.NewCookie(key.name(r, session.Name()), "", &gone))
		}
	}
	return nil
}
