package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
)

var (
	// ErrForgotten is matched by the error of opening or sealing a text whose subject is
	// forgotten.
	ErrForgotten = errors.New("the subject is forgotten")

	// ErrUnreadable is matched by the error of opening a text that was changed, that was
	// sealed by another key, or whose key is lost.
	ErrUnreadable = errors.New("the sealed text can't be read")
)

// keySize is the size in bytes of a subject's key, and of each key made of it.
const keySize = 32

// A Ring has the keys of some subjects, as of one moment. The key of a forgotten subject is
// nil. Use a ring for one answer only: it still opens texts of subjects forgotten later.
type Ring map[dcb.Tag][]byte

// Open returns the plain text of a sealed text. A plain text it returns as it is. The error
// matches [ErrForgotten] or [ErrUnreadable].
func (r Ring) Open(text Text) (string, error) {
	p, isSealed := text.parts()
	if !isSealed {
		return string(text), nil
	}
	key, known := r[p.subject]
	switch {
	case !known:
		return "", ErrUnreadable
	case key == nil:
		return "", ErrForgotten
	}
	aead, _ := keysOf(key)
	opened, err := aead.Open(nil, p.nonce, p.ciphertext, []byte(p.subject))
	if err != nil {
		return "", ErrUnreadable
	}
	return string(opened), nil
}

// OpenIn replaces each sealed text in a text with the result of show, which gets the results
// of [Ring.Open].
func (r Ring) OpenIn(text []byte, show func(opened string, err error) string) []byte {
	return pattern.ReplaceAllFunc(text, func(found []byte) []byte {
		if !Text(found).IsSealed() {
			return found
		}
		return []byte(show(r.Open(Text(found))))
	})
}

// Load puts the keys of subjects on the ring when the trip is made, in a transaction at read
// committed. Until that transaction ends, none of the subjects can be forgotten. So if it
// fills a table with opened texts, and the transaction of [Keys.Forget] clears them, the table
// has no text of a forgotten subject.
func (r Ring) Load(trip *pgx.Batch, subjects []dcb.Tag) {
	r.load(trip, selectKeys+` for share`, subjects)
}

func (r Ring) load(trip *pgx.Batch, sql string, subjects []dcb.Tag) {
	if len(subjects) == 0 {
		return
	}
	texts := make([]string, len(subjects))
	for i, subject := range subjects {
		texts[i] = string(subject)
	}
	trip.Queue(sql, texts).Query(func(rows pgx.Rows) error {
		var subject string
		var key *string
		_, err := pgx.ForEachRow(rows, []any{&subject, &key}, func() (err error) {
			if key == nil {
				r[dcb.Tag(subject)] = nil
				return nil
			}
			r[dcb.Tag(subject)], err = hex.DecodeString(*key)
			return err
		})
		return err
	})
}

// seal seals a text with the key of its subject.
func seal(key []byte, subject dcb.Tag, text string) Text {
	aead, nonceKey := keysOf(key)
	mac := hmac.New(sha256.New, nonceKey)
	mac.Write([]byte(text))
	nonce := mac.Sum(nil)[:nonceSize]
	return parts{subject, nonce, aead.Seal(nil, nonce, []byte(text), []byte(subject))}.text()
}

// keysOf makes two keys of the key of a subject: one seals, and one makes nonces.
func keysOf(key []byte) (aead cipher.AEAD, nonceKey []byte) {
	both, err := hkdf.Expand(sha256.New, key, "go-crablet/dcb/sealed 1", 2*keySize)
	if err != nil {
		panic(err) // only if more bytes are asked for than HKDF can make
	}
	block, err := aes.NewCipher(both[:keySize])
	if err != nil {
		panic(err) // only if the key is of another size
	}
	if aead, err = cipher.NewGCM(block); err != nil {
		panic(err) // only if the block is of another size
	}
	return aead, both[keySize:]
}
