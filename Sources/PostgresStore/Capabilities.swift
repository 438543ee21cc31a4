public import CostModel
import FleetModel
public import Ports

extension PostgresStore: CapabilityStore {
  public func store(_ capability: NodeCapability) async throws(StoreError) {
    let body: String
    do throws(Failure) { body = try JSON.text(capability) } catch { throw error.storeError }
    try await transact { session throws(Failure) in
      try session.query(
        """
        INSERT INTO node_capability (node_type, model, measured_at, invalid, body)
        VALUES ($1, $2, $3, $4, $5::jsonb) ON CONFLICT DO NOTHING
        """,
        [
          .text(capability.node.rawValue), .text(capability.model),
          .moment(capability.measuredAt), .optionalText(capability.invalid), .text(body),
        ])
    }
  }

  public func capabilities() async throws(StoreError) -> [NodeCapability] {
    try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        SELECT DISTINCT ON (node_type, model) body::text FROM node_capability
        WHERE invalid IS NULL ORDER BY node_type, model, measured_at DESC
        """)
      var capabilities: [NodeCapability] = []
      for row in 0..<rows.rowCount {
        capabilities.append(try JSON.value(NodeCapability.self, rows.bytes(row, 0) ?? []))
      }
      return capabilities
    }
  }
}
