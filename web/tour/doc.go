// Package tour guides visitors through the application: on every page a bar says what to do
// next, until they have done all of it or leave the tour.
package tour
