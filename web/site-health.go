package web

import (
	"context"
	"time"
)

const healthPath = "/healthz"

func (s *server) databaseAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return s.Ping(ctx) == nil
}
