package pgurl_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgurl"
)

func TestAWrongAddressIsToldInOneSentenceWithoutIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting   pgurl.Setting
		url, says string
	}{
		{pgurl.Database, "mysql//ada:hunter2@x", "DATABASE_URL can't be read: it has to be the address of a PostgreSQL database, such as postgres://user:secret@localhost:5432/courses"},
		{pgurl.Standbys, "postgres://ada:hunter2@x:none/y", "READ_DATABASE_URL can't be read: it has to be the address of a PostgreSQL database, such as postgres://user:secret@two:5432,three:5432/courses"},
		{pgurl.Database, "postgres://ada:hunter2@x/y?pool_max_conns=0", "DATABASE_URL has a setting in it that can't be read: pool_max_conns=0"},
		{pgurl.Standbys, "postgres://ada:hunter2@x/y?pool_min_conns=1&pool_max_conns=many", "READ_DATABASE_URL has a setting in it that can't be read: pool_max_conns=many or pool_min_conns=1"},
	} {
		_, err := c.setting.Parse(c.url)
		require.EqualError(t, err, c.says)
	}
	config, err := pgurl.Database.Parse("postgres://ada@x/y?pool_max_conns=7")
	require.NoError(t, err)
	require.EqualValues(t, 7, config.MaxConns)
}
