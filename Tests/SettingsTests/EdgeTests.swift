import Testing

@testable import Settings

@Suite("What stands at a limit")
struct EdgeTests {
  @Test(
    "is right, and nothing is said of it",
    arguments: [
      "spot: {offerings: [{zone: us-east-1a}, {zone: us-east-1b}]}",
      "spot: {offerings: [{zone: us-east-1a}, {zone: us-east-1a, type: g6.xlarge}]}",
      "spot: {offerings: [{}, {region: us-west-2, image: ami-2}]}",
      "spot: {offerings: [{zone: us-west-2a, region: us-west-2, image: ami-2}]}",
      "spot: {offerings: [{zone: us-east-1-bos-1a}]}",
      "spot: {offerings: [{}], base_on_demand: 4}",
      "schedule: [{cron: '0 8 * * *', duration: 8h, nodes: 4..6}]",
      "schedule: [{cron: '@daily', duration: 8h, nodes: 1, only: holidays}, "
        + "{cron: '@daily', duration: 9h, nodes: 2, except: holidays}]",
      "max_price: $1/h",
      "ladder: {notify: 1m}",
    ])
  func right(line: String) throws {
    let read = try settings(
      """
      version: 1
      fleet: {name: prod}
      clouds: {aws: {type: aws, regions: [us-east-1, us-west-2]}}
      collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
      prices: [{cloud: aws, type: g5.xlarge, hourly: $1}]
      holidays: [2026-12-25]
      spend: {hourly_cap: $0.01/h}
      pools:
        - name: chat
          kind: serving
          nodes: 0..4
          launch: {region: us-east-1, type: g5.xlarge, image: ami-1}
          \(line)

      """)
    #expect(read.warnings.isEmpty)
  }
}
