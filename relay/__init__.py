"""The DMZ (連携サーバ): carries what it cannot read between two peers, and nothing else."""
