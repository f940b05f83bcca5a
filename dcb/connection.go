package dcb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A store refuses connections on which its texts or its statements would not arrive as they were
// sent.

// checkConnection says in a sentence which setting of a pool's connections makes them unusable.
func checkConnection(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	client, server := conn.Conn().PgConn().ParameterStatus("client_encoding"), conn.Conn().PgConn().ParameterStatus("server_encoding")
	if client != "UTF8" && server != "SQL_ASCII" { // which takes all bytes as they come
		return fmt.Errorf("its connections send texts in UTF-8 and say that it is %s, so a tag would be another one than for others: "+
			"add client_encoding=UTF8 to the connection string", client)
	}
	switch conn.Conn().Config().DefaultQueryExecMode {
	case pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol: // answers come as texts
		if style := conn.Conn().PgConn().ParameterStatus("DateStyle"); !strings.HasPrefix(style, "ISO") {
			return fmt.Errorf("its default_query_exec_mode gets times as texts, and pgx can't read them in DateStyle %s: "+
				"add DateStyle=ISO to the connection string", style)
		}
		return nil
	case pgx.QueryExecModeDescribeExec:
	default:
		return nil
	}
	shared, err := sharesSessions(ctx, conn.Conn())
	if shared {
		// This mode takes two steps. Between them, a statement of another client may replace ours.
		err = errors.New("there is a connection pooler in front of the database, and default_query_exec_mode=describe_exec is not safe there")
	}
	return err
}

// errSharesSessions says that a pooler lets several clients share the sessions of the server.
var errSharesSessions = errors.New("nobody can listen on a session that is shared")

// sharesSessions reports whether a pooler stands between this connection and the server.
// In its transaction mode a session serves somebody else after each transaction, and
// would go on listening there. A pooler gives its clients process IDs of its own.
func sharesSessions(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var pid uint32
	err := conn.QueryRow(ctx, `select pg_backend_pid()`).Scan(&pid)
	return err == nil && pid != conn.PgConn().PID(), err
}
