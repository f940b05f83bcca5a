// Command soak takes decisions for a long time, while processes and the database fail, and then
// holds the log against what the callers were told.
//
//	go run ./internal/soak -decisions 1000000
//
// Several processes ask for random decisions: all commands of package courses, on few courses
// and on many. A decision of another kind appends to lists, and reads them. Before a caller asks
// for something it notes the request in a file, and then what it was told. Meanwhile the faults
// happen, one after the other, see [faults].
//
// Afterwards an oracle reads the log from the start and folds it by code of its own. It finds:
//
//	a rule that the log breaks                       rules.go
//	an order of a waitlist that was not kept         rules.go
//	a request that is stored twice, or half          told.go
//	an answer that the log does not bear out         told.go
//	an effect before its cause                       oracle.go
//	a receipt that says something else               receipts.go
//	a table for pages that differs from a rebuild    tables.go
//	decisions on lists that no order explains        lists.go
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	becomeWorker()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}
