// Package check compares the files with which the program is shipped with what their readers take:
// the manifests with the types of Kubernetes, and .goreleaser.yaml with the schema of GoReleaser.
// It is a module of its own, so that these types are no part of the project's go.mod.
package check
