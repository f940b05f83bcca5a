package tour

import (
	"slices"

	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// ToLens leads to the boundary of a subscription that the visitor could ask for: of a course with
// a free seat, in which the student whom the visitor acts as has no place. If the first courses are
// none of that kind, the student chooses one.
func (p *Pages) ToLens(v *site.Visit) error {
	who, err := v.Visitor()
	if err != nil {
		return err
	}
	if who.Acting == "" {
		return v.Redirect("/students")
	}
	var ask readmodel.Questions
	var first readmodel.Page[readmodel.Course]
	var places []readmodel.Place
	ask.Courses(&first, "", readmodel.Cursor{}, site.CoursesPerPage)
	ask.PlacesOf(&places, who.Acting)
	if _, err := p.Terms.Ask(v.Context(), &ask); err != nil {
		return err
	}
	open := slices.IndexFunc(first.Rows, func(course readmodel.Course) bool { return isOpenTo(places, course) })
	if open < 0 {
		return v.Redirect(story.StudentURL(who.Acting) + "/boundary")
	}
	return v.Redirect(story.CourseURL(first.Rows[open].ID) + "/boundary?student=" + string(who.Acting))
}

// isOpenTo reports whether a course has a free seat for a student with these places.
func isOpenTo(places []readmodel.Place, course readmodel.Course) bool {
	isHere := func(place readmodel.Place) bool { return place.Course == course.ID }
	return !course.Archived && course.SeatsTaken < course.Capacity && !slices.ContainsFunc(places, isHere)
}
