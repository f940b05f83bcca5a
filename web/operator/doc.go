// Package operator has the pages for whoever runs the program: how everything stands, line by line,
// and what happens at the moment, as a picture for a room. Package standing looks at the database.
package operator
