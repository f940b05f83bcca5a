package main

import (
	"fmt"
	"io"

	"go-crablet/standing"
)

// version is that of a release, set by -ldflags "-X main.version=v1.2.3". Without it, Go's own
// version of the module is taken, if it has one.
var version string

// printVersion prints which program this is.
func printVersion(stdout io.Writer) error {
	_, err := fmt.Fprintf(stdout, "webapp %s\n", standing.ThisBuild(version))
	return err
}
