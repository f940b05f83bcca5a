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

// cookies keep sessions, each in a signed cookie, which instances with the same keys share.
//
// Browsers know no ports: all programs on one host share one set of cookies. So the names
// of ours have a mark of the key that signs them, and another program with another key
// neither reads nor replaces them. Over TLS they begin with __Host-, and then nobody who
// can only write plain HTTP, or owns a neighbouring domain, can make one up.
type cookies struct{ keys []cookieKey }

type cookieKey struct {
	mark  string
	codec *securecookie.SecureCookie
}

// newCookies signs with the first key, and reads what any of them signed.
func newCookies(keys [][]byte) *cookies {
	c := &cookies{}
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("the name of a cookie"))
		codec := securecookie.New(key, nil) // a session holds nothing to hide from its browser, so it is not encrypted
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

// CookieName returns the name of the cookie that a key signs for a session, without TLS.
func CookieName(key []byte, session string) string {
	return newCookies([][]byte{key}).keys[0].name(&http.Request{}, session)
}

// Get returns the session with a name, the same one for a request each time.
func (c *cookies) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(c, name)
}

// New reads a session from the first cookie that decodes. Those that do not are passed
// over: they are foreign, broken or signed with a key of long ago. Without any, the session
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

// Save signs a session with the first key. A cookie that another key signed is taken back,
// or else two would go their own ways.
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
