// Package catalogue has the pages of courses and students, and the forms about them.
//
// A command has a file. Its handler decodes the form, lets package decisions decide, and
// sends the visitor back (Post/Redirect/Get).
package catalogue
