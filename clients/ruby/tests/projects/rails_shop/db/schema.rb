ActiveRecord::Schema.define(version: 1) do
  create_table :authors do |t|
    t.text :name, null: false
  end
  create_table :books do |t|
    t.integer :shelf, null: false
    t.references :author, null: false, foreign_key: true
  end
end
