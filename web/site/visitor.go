package site

import "go-crablet/domain/courses"

// A Visitor is the person who sends a request, as far as the session tells.
type Visitor struct {
	Acting    courses.StudentID // "" for nobody
	Registrar bool
}

// Visitor returns who sends the request. The first call asks the database whether the
// registrar's sign-in still lasts.
func (v *Visit) Visitor() (Visitor, error) {
	if v.met != nil {
		return *v.met, nil
	}
	who := v.Who()
	registrar, err := v.isRegistrar(v.Context(), who)
	if err != nil {
		return Visitor{}, err
	}
	v.met = &Visitor{Acting(who), registrar}
	return *v.met, nil
}
