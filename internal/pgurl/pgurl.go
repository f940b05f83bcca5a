// Package pgurl reads the address of a database that a setting names. What is wrong with the address
// it says in one sentence, without the address: a password may be in it.
package pgurl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Setting is a variable of the environment that names a database.
type Setting string

const (
	Database Setting = "DATABASE_URL"
	Standbys Setting = "READ_DATABASE_URL"
)

// Parse reads the value of the setting.
func (s Setting) Parse(url string) (*pgxpool.Config, error) {
	conn, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("%s can't be read: it has to be the address of a PostgreSQL database, such as postgres://user:secret@%s/courses", s, s.hosts())
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil { // pgx took the URL, so it is a setting of the pool
		return nil, fmt.Errorf("%s has a setting in it that can't be read: %s", s, strings.Join(poolSettings(conn), " or "))
	}
	return config, nil
}

// hosts are those of the example that an error gives.
func (s Setting) hosts() string {
	if s == Standbys {
		return "two:5432,three:5432"
	}
	return "localhost:5432"
}

// poolSettings returns the settings of the pool, as the URL has them. pgx without its pool takes
// them for settings of the server.
func poolSettings(conn *pgx.ConnConfig) (settings []string) {
	for name, value := range conn.RuntimeParams {
		if strings.HasPrefix(name, "pool_") {
			settings = append(settings, name+"="+value)
		}
	}
	slices.Sort(settings)
	return settings
}
