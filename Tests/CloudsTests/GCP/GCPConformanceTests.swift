import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// The whole actuator against our fake Compute Engine.
@Suite struct GCPConformanceTests {
  @Test(.timeLimit(.minutes(2)))
  func `Machines conform against our fake`() async throws {
    try await withGCP { bench in
      let suite = ActuatorConformance(bench.actuator(), launching: gcpSpec) { bench.settle() }
      #expect(await suite.violations(tokens: "conformance") == [])
      #expect(bench.cloud.everMade(label: Tag.intent, "conformance-a").count == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `All zones in one list conform too`() async throws {
    try await withGCP { bench in
      let suite = ActuatorConformance(bench.actuator(zones: []), launching: gcpSpec) {
        bench.settle()
      }
      #expect(await suite.violations(tokens: "everywhere") == [])
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: ["us-central1-a", "us-central1"])
  func `A managed instance group conforms against our fake`(place: String) async throws {
    try await withGCP { bench in
      let group = bench.cloud.addGroup("gpu", in: place, size: 1, labels: [Tag.fleet: "f"])
      bench.settle()
      let suite = WorkloadConformance(
        bench.actuator(), scaling: group, stranger: WorkloadID("mig/\(place)/nobody")
      ) { bench.settle() }
      #expect(await suite.violations() == [])
      #expect(bench.cloud.members(of: group).count == 1)
    }
  }
}
