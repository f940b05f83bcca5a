// Package fulldisk makes a file system that can be filled, to see what a database does then. It
// takes root on Linux; elsewhere [New] returns an error.
package fulldisk
