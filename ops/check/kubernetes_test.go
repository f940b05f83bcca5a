package check

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// manifests are the files of ops/kubernetes, each with the type of what it describes.
type manifests struct {
	deployment appsv1.Deployment
	service    corev1.Service
	disruption policyv1.PodDisruptionBudget
	network    networkingv1.NetworkPolicy
}

// read decodes all files strictly: a field that Kubernetes does not know is an error.
func read(t *testing.T) (m manifests) {
	t.Helper()
	into := map[string]any{
		"deployment.yaml": &m.deployment, "service.yaml": &m.service,
		"disruption.yaml": &m.disruption, "network.yaml": &m.network,
	}
	paths, err := filepath.Glob("../kubernetes/*")
	require.NoError(t, err)
	require.Len(t, paths, len(into), "each file is checked")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, decode(text, into[filepath.Base(path)]), path)
	}
	return m
}

// decode is as strict as the server of Kubernetes with --validate=strict.
func decode(text []byte, into any) error {
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return err
	}
	unknown, err := json.UnmarshalStrict(asJSON, into)
	return errors.Join(append(unknown, err)...)
}

func TestEachManifestSaysWhatItIs(t *testing.T) {
	m := read(t)
	for _, test := range []struct {
		got  metav1.TypeMeta
		want string
	}{
		{m.deployment.TypeMeta, "apps/v1 Deployment"},
		{m.service.TypeMeta, "v1 Service"},
		{m.disruption.TypeMeta, "policy/v1 PodDisruptionBudget"},
		{m.network.TypeMeta, "networking.k8s.io/v1 NetworkPolicy"},
	} {
		assert.Equal(t, test.want, test.got.APIVersion+" "+test.got.Kind)
	}
}

func TestAMistakeInAManifestIsFound(t *testing.T) {
	text, err := os.ReadFile("../kubernetes/deployment.yaml")
	require.NoError(t, err)
	for planted, says := range map[[2]string]string{
		{"replicas: 3", "replica: 3"}:                                 `unknown field "spec.replica"`,
		{"replicas: 3", "replicas: three"}:                            "cannot unmarshal",
		{"replicas: 3", "Replicas: 3"}:                                `unknown field "spec.Replicas"`,
		{"readinessProbe:", "readynessProbe:"}:                        "unknown field",
		{"runAsNonRoot: true", "runAsNonRoot: true\n        root: 1"}: "unknown field",
		{"replicas: 3", "replicas: 3\n  replicas: 4"}:                 "already set in map",
	} {
		wrong := strings.Replace(string(text), planted[0], planted[1], 1)
		require.ErrorContains(t, decode([]byte(wrong), new(appsv1.Deployment)), says, planted[1])
	}
}

func TestThePodsAreThoseThatTheOthersMean(t *testing.T) {
	m := read(t)
	labels := m.deployment.Spec.Template.Labels
	assert.Equal(t, labels, m.deployment.Spec.Selector.MatchLabels)
	assert.Equal(t, labels, m.service.Spec.Selector)
	assert.Equal(t, labels, m.disruption.Spec.Selector.MatchLabels)
	assert.Equal(t, labels, m.network.Spec.PodSelector.MatchLabels)
	for _, spread := range m.deployment.Spec.Template.Spec.TopologySpreadConstraints {
		assert.Equal(t, labels, spread.LabelSelector.MatchLabels)
	}
	port := m.deployment.Spec.Template.Spec.Containers[0].Ports[0]
	assert.Equal(t, port.Name, m.service.Spec.Ports[0].TargetPort.String())
	assert.Equal(t, port.Name, m.network.Spec.Ingress[0].Ports[0].Port.String())
	assert.Less(t, m.disruption.Spec.MinAvailable.IntVal, *m.deployment.Spec.Replicas, "a node can be emptied")
}

func TestAPodMayDoNothingButServe(t *testing.T) {
	pod := read(t).deployment.Spec.Template.Spec
	assert.False(t, *pod.AutomountServiceAccountToken)
	assert.True(t, *pod.SecurityContext.RunAsNonRoot)
	assert.EqualValues(t, 65534, *pod.SecurityContext.RunAsUser)
	assert.Equal(t, corev1.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type)
	assert.Empty(t, pod.Volumes, "it keeps nothing outside the database")
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		assert.True(t, *c.SecurityContext.ReadOnlyRootFilesystem, c.Name)
		assert.False(t, *c.SecurityContext.AllowPrivilegeEscalation, c.Name)
		assert.Equal(t, []corev1.Capability{"ALL"}, c.SecurityContext.Capabilities.Drop, c.Name)
		assert.Empty(t, c.SecurityContext.Capabilities.Add, c.Name)
		assert.NotEmpty(t, c.Resources.Limits.Memory().String(), c.Name)
	}
}

func TestSecretsStandInNoManifest(t *testing.T) {
	pod := read(t).deployment.Spec.Template.Spec
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		for _, e := range c.Env {
			if !slices.Contains([]string{"LOG_FORMAT", "GOMEMLIMIT"}, e.Name) {
				assert.Empty(t, e.Value, e.Name)
				assert.Equal(t, "webapp", e.ValueFrom.SecretKeyRef.Name, e.Name)
			}
		}
	}
}

func TestThePodIsAskedHowItIs(t *testing.T) {
	c := read(t).deployment.Spec.Template.Spec.Containers[0]
	for name, probe := range map[string]*corev1.Probe{"startup": c.StartupProbe, "readiness": c.ReadinessProbe, "liveness": c.LivenessProbe} {
		require.NotNil(t, probe, name)
		assert.Equal(t, "/healthz", probe.HTTPGet.Path, name)
		assert.Equal(t, c.Ports[0].Name, probe.HTTPGet.Port.String(), name)
		assert.Greater(t, probe.TimeoutSeconds, int32(2), "webapp waits two seconds for its database")
	}
	assert.GreaterOrEqual(t, c.LivenessProbe.PeriodSeconds*c.LivenessProbe.FailureThreshold, int32(600), "an outage of the database restarts nobody")
}
